package look

import "github.com/go-gl/glfw/v3.4/glfw"

// Probe tells whether a window with OpenGL can be opened. The toolkit itself ends the program when one cannot.
func Probe() error {
	if err := glfw.Init(); err != nil {
		return err
	}
	defer glfw.Terminate() // the toolkit begins anew, with hints of its own
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	trial, err := glfw.CreateWindow(16, 16, "Skranke", nil, nil)
	if err != nil {
		return err
	}
	trial.Destroy()
	return nil
}
