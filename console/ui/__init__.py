from console.ui.overrides import watch_overrides

# Before the first class of this room is made.
watch_overrides()
