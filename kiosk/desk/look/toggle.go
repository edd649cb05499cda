package look

// Toggle is a statement that holds or not.
type Toggle struct {
	// Pressable is the toggle itself, for a layout.
	Pressable *Pressable

	on      bool
	icon    *Icon
	changed func(bool)
}

// NewToggle makes a toggle; changed is called on the toolkit's goroutine.
func NewToggle(text string, on bool, changed func(bool)) *Toggle {
	t := &Toggle{icon: NewIcon("box_empty", Plain, 22), on: on, changed: changed}
	t.Pressable = NewPressable(text, Beside(Gap, t.icon, NewProse(text, Style{})), t.flip)
	t.show()
	return t
}

// On tells whether the statement holds.
func (t *Toggle) On() bool { return t.on }

// Set makes the statement hold or not, without telling anyone.
func (t *Toggle) Set(on bool) {
	if on != t.on {
		t.on = on
		t.show()
	}
}

func (t *Toggle) flip() {
	t.on = !t.on
	t.show()
	t.changed(t.on)
}

func (t *Toggle) show() {
	if t.on {
		t.icon.Set("box_checked", Plain)
	} else {
		t.icon.Set("box_empty", Plain)
	}
}
