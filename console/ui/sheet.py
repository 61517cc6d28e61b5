"""The one style sheet: how Qt's own inputs, lists and bars wear the colours of `theme`; no widget has another."""

from console.ui.icons import FOLDER
from console.ui.theme import Colours, Type, px

_PATTERN = """
QToolTip {{ color: {ink}; background: {panel}; border: 1px solid {line}; padding: {tight}px; }}
QLabel {{ background: transparent; }}
QLabel[role="soft"] {{ color: {soft}; }}
QLabel[role="faint"] {{ color: {faint}; font-size: {small}px; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="alarm"] {{ color: {alarm}; }}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QTimeEdit, QPlainTextEdit, QTextEdit {{
  color: {ink}; background: {field}; border: 1px solid {line}; border-radius: {radius}px; padding: {pad_v}px {pad_h}px;
  selection-background-color: {accent}; selection-color: {ground}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QTimeEdit:focus, QPlainTextEdit:focus {{
  border: 1px solid {accent}; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{ color: {faint}; }}
QComboBox {{ padding-right: {tight}px; }}
QComboBox::drop-down {{ border: none; width: {drop}px; }}
QComboBox::down-arrow {{ image: url("{icons}/down_{name}.svg"); width: {arrow}px; height: {arrow}px; }}
QComboBox QAbstractItemView {{ color: {ink}; background: {panel}; border: 1px solid {line}; outline: none;
  selection-background-color: {chosen}; selection-color: {ink}; }}
QPushButton {{ color: {ink}; background: transparent; border: 1px solid {line}; border-radius: {radius}px;
  padding: {pad_v}px {pad_wide}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:disabled {{ color: {faint}; }}
QPushButton[kind="strong"] {{ color: {on_strong}; background: {calm_ground}; border: 1px solid {calm_ground}; }}
QPushButton[kind="strong"]:focus {{ border: 1px solid {ink}; }}
QPushButton[kind="danger"] {{ color: {on_strong}; background: {alarm_ground}; border: 1px solid {alarm_ground}; }}
QPushButton[kind="danger"]:focus {{ border: 1px solid {ink}; }}
QToolButton {{ color: {soft}; background: transparent; border: 1px solid transparent; border-radius: {radius}px;
  padding: {tight}px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:focus {{ border: 1px solid {accent}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QCheckBox, QRadioButton {{ spacing: {gap}px; background: transparent; }}
QCheckBox::indicator {{ width: {tick}px; height: {tick}px; background: {field}; border: 1px solid {faint};
  border-radius: {tick_radius}px; }}
QCheckBox::indicator:focus {{ border: 1px solid {accent}; }}
QCheckBox::indicator:checked {{ background: {calm_ground}; border: 1px solid {calm_ground};
  image: url("{icons}/tick.svg"); }}
QCheckBox::indicator:checked:focus {{ border: 1px solid {ink}; }}
QCheckBox:disabled {{ color: {faint}; }}
QAbstractItemView {{ background: transparent; border: none; outline: none; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ color: {soft}; background: {panel}; border: none; border-bottom: 1px solid {line};
  padding: 0 {head}px; }}
QTableCornerButton::section {{ background: {panel}; border: none; }}
QScrollArea, QAbstractScrollArea {{ background: transparent; border: none; }}
QPlainTextEdit {{ background: {field}; border: 1px solid {line}; }}
QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: {bar_radius}px; min-height: {drop}px; min-width: {drop}px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QMenu {{ color: {ink}; background: {panel}; border: 1px solid {line}; padding: {pad_v}px; }}
QMenu::item {{ padding: {pad_v}px {pad_wide}px; border-radius: {radius}px; }}
QMenu::item:selected {{ background: {chosen}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {pad_v}px; }}
QSplitter::handle {{ background: transparent; }}
QTabBar::tab {{ color: {soft}; background: transparent; border: none; border-bottom: 2px solid transparent;
  padding: {pad_v}px {pad_wide}px; }}
QTabBar::tab:selected {{ color: {ink}; border-bottom: 2px solid {accent}; }}
QTabWidget::pane {{ border: none; }}
QSlider::groove:horizontal {{ background: {line}; height: 3px; border-radius: 1px; }}
QSlider::sub-page:horizontal {{ background: {accent}; height: 3px; border-radius: 1px; }}
QSlider::handle:horizontal {{ background: {ink}; width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; }}
QSlider::handle:horizontal:focus {{ background: {accent}; }}
"""


def sheet(chosen: Colours) -> str:
    """Return the application's style sheet in a set of colours, at the text size in force."""
    roles = {field: getattr(chosen, field) for field in chosen.__struct_fields__}
    return _PATTERN.format(
        **roles,
        icons=FOLDER.as_posix(),
        tick=px(15),
        tick_radius=px(4),
        gap=px(8),
        arrow=px(10),
        tight=px(6),
        radius=px(6),
        pad_v=px(6),
        pad_h=px(9),
        pad_wide=px(14),
        head=px(8),
        small=px(Type.SMALL.value[0]),
        title=px(Type.TITLE.value[0]),
        drop=px(24),
        bar=10,
        bar_radius=4,
    )
