package look

import "fyne.io/fyne/v2"

// Still has the toolkit move nothing by itself. Its caret fades forever, which draws the eye, cannot be stopped by a person
// (WCAG 2.2.2), and costs a tenth of a processor where no graphics card draws.
func Still(program fyne.App) { fyne.SetCurrentApp(still{program}) }

type still struct{ fyne.App }

func (s still) Settings() fyne.Settings { return calm{s.App.Settings()} }

type calm struct{ fyne.Settings }

// ShowAnimations tells that nothing is to move.
func (calm) ShowAnimations() bool { return false }
