package selfservice

import (
	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
)

// title is the question of a page, or what it says first.
func (k *kiosk) title(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.title(), Bold: true})
}

// lead says more about it.
func (k *kiosk) lead(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.font(textLead)})
}

func (k *kiosk) body(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.font(textBody)})
}

// prose is a text that is spoken too.
func (k *kiosk) prose(text string, style look.Style) fyne.CanvasObject {
	k.spoken = append(k.spoken, text)
	return look.NewProse(text, style)
}

// item is one of several short texts, with an icon before it.
func (k *kiosk) item(icon string, tone look.Tone, text string) fyne.CanvasObject {
	size := k.m.of(28) * min(k.m.text, 1.5)
	return leading(k.m.of(12), look.NewIcon(icon, tone, size), k.prose(text, look.Style{Size: k.m.font(textBody)}))
}

// point is a larger item.
func (k *kiosk) point(icon, text string) fyne.CanvasObject {
	size := k.m.of(36) * min(k.m.text, 1.5)
	return leading(k.m.of(16), look.NewIcon(icon, look.Info, size), k.prose(text, look.Style{Size: k.m.font(textLead)}))
}

// notice says what to mind before anything else.
func (k *kiosk) notice(tone look.Tone, icon, text string) fyne.CanvasObject {
	line := k.prose(text, look.Style{Size: k.m.font(textBody), Bold: true})
	return k.panel(tone, leading(k.m.of(12), look.NewIcon(icon, tone, k.m.of(30)*min(k.m.text, 1.5)), line))
}

// problem says what is wrong with an answer, where something is.
func (k *kiosk) problem() []fyne.CanvasObject {
	if k.draft.problem == "" {
		return nil
	}
	return []fyne.CanvasObject{k.notice(look.Warn, "warning", k.say(k.draft.problem, "document", k.document()))}
}

// large tells that text is so large that what only adorns a page has to give way.
func (k *kiosk) large() bool { return k.m.text >= 1.5 }

// adorn sets an illustration beside a page, where there is room for it.
func (k *kiosk) adorn(v *view, name string, width, height float32) {
	if !k.large() {
		v.side, v.wide = k.picture(name, width, height), k.m.of(width)
	}
}

// picture is an illustration of a size in 96ths of an inch.
func (k *kiosk) picture(name string, width, height float32) fyne.CanvasObject {
	w, h := k.m.of(width), k.m.of(height)
	return fixed(w, h, look.Picture(name, fyne.NewSize(1, 1)))
}

// primary is the one button that goes on.
func (k *kiosk) primary(key string, press func()) *touch {
	return k.button(k.say(key), "", look.Primary, press)
}
