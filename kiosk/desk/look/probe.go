package look

import "github.com/go-gl/glfw/v3.4/glfw"

// Display is the screen that windows are shown on.
type Display struct {
	// Width and Height are its size in points.
	Width, Height int
}

// Probe tells whether a window with OpenGL can be opened, and where. The toolkit itself ends the program when one cannot.
func Probe() (Display, error) {
	if err := glfw.Init(); err != nil {
		return Display{}, err
	}
	defer glfw.Terminate() // the toolkit begins anew, with hints of its own
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	trial, err := glfw.CreateWindow(16, 16, "Skranke", nil, nil)
	if err != nil {
		return Display{}, err
	}
	trial.Destroy()
	display := Display{Width: 1024, Height: 768}
	if monitor := glfw.GetPrimaryMonitor(); monitor != nil {
		if mode := monitor.GetVideoMode(); mode != nil {
			display = Display{Width: mode.Width, Height: mode.Height}
		}
	}
	return display, nil
}
