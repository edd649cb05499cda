package face

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
	"os"
	"runtime/debug"

	"github.com/ajroetker/go-jpeg2000"
	"github.com/skranke/skranke/mrtd/lds"
)

// The child's exit statuses. The Go runtime's own, 2, says that it found no memory or that a goroutine panicked.
const (
	exitDecoded = 0
	exitLimit   = 2
	exitBroken  = 3
)

// RunChild does the decoder's work and exits if this process was started by [Decode] as its child; otherwise it returns
// at once. It must be the first thing in main, and in TestMain of tests that decode.
func RunChild() {
	if len(os.Args) != 2 || os.Args[1] != childCommand {
		hooked.Store(true)
		return
	}
	os.Exit(child(os.Stdin, os.Stdout))
}

// child decodes one image from in, and writes its width, height and pixels to out.
func child(in io.Reader, out io.Writer) (status int) {
	if err := limitProcess(); err != nil {
		return exitBroken
	}
	defer func() {
		if recover() != nil {
			status = exitBroken
		}
	}()
	debug.SetMemoryLimit(MaxMemory / 2) // from there on the collector works harder
	debug.SetMaxStack(16 << 20)
	img, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return exitBroken
	}
	pixels, err := decode(img)
	if err != nil {
		return exitBroken
	}
	w := bufio.NewWriter(out)
	size := pixels.Bounds().Size()
	head := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	_, _ = w.Write(binary.BigEndian.AppendUint32(head, uint32(size.Y)))
	_, _ = w.Write(pixels.Pix)
	if w.Flush() != nil {
		return exitBroken
	}
	return exitDecoded
}

// decode decodes within this process.
func decode(img []byte) (*image.NRGBA, error) {
	coding, width, height, err := Inspect(img)
	if err != nil {
		return nil, err
	}
	var decoded image.Image
	if coding == lds.JPEG {
		decoded, err = jpeg.Decode(bytes.NewReader(img))
	} else {
		decoded, err = jpeg2000.Decode(bytes.NewReader(img))
	}
	if err != nil {
		return nil, err
	}
	if decoded.Bounds().Dx() != width || decoded.Bounds().Dy() != height {
		return nil, broken("its size is not what its header says")
	}
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Rect, decoded, decoded.Bounds().Min, draw.Src)
	return out, nil
}
