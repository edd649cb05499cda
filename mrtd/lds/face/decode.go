package face

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"
)

// Limits of one decoding. The largest image that passes Inspect takes some 300 MB and two seconds; a usual one 30 MB
// and a twentieth of a second.
const (
	// MaxMemory is what the child may use, in bytes, beyond what it has when it starts.
	MaxMemory = 640 << 20
	// MaxTime is how long it may take.
	MaxTime = 10 * time.Second
)

// childCommand is the argument that makes the program the decoder. It is no command for people.
const childCommand = "decode-face-from-standard-input"

// hooked tells that RunChild was called: otherwise the child would run the whole program again instead of decoding.
var hooked atomic.Bool

// Decode gives the pixels of a facial image, of the size that [Inspect] tells, opaque. The work is done in a child
// process with at most [MaxMemory] and [MaxTime], which has ended when Decode returns. Errors match those of Inspect,
// [ErrNoChild], or ctx's own error where ctx ended.
func Decode(ctx context.Context, img []byte) (image.Image, error) {
	_, width, height, err := Inspect(img)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !hooked.Load() {
		return nil, fmt.Errorf("%w: the program did not call RunChild", ErrNoChild)
	}
	limited, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	pixels, err := runChild(limited, img, width, height)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("%w: decoding took over %v", ErrLimit, MaxTime)
	case err != nil:
		return nil, err
	}
	return &image.NRGBA{Pix: pixels, Stride: 4 * width, Rect: image.Rect(0, 0, width, height)}, nil
}

// runChild feeds the image to a child and reads width, height and pixels, 32 bits each and four octets for each pixel.
func runChild(ctx context.Context, img []byte, width, height int) ([]byte, error) {
	path, err := self()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoChild, err)
	}
	cmd := exec.CommandContext(ctx, path, childCommand)
	cmd.Env = childEnvironment()
	cmd.Stdin = bytes.NewReader(img)
	cmd.WaitDelay = time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoChild, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoChild, err)
	}
	pixels, readErr := readPixels(out, width, height)
	if readErr != nil {
		_ = cmd.Process.Kill() // it may still be writing what is not wanted
	}
	waitErr := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(waitErr, &exit) && exit.ExitCode() == exitLimit:
		return nil, fmt.Errorf("%w: decoding took too much memory", ErrLimit)
	case readErr != nil:
		return nil, readErr
	case waitErr != nil:
		return nil, broken("the decoder gave up")
	}
	return pixels, nil
}

// readPixels reads exactly one image of the size that the headers told.
func readPixels(r io.Reader, width, height int) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, broken("the decoder gave up")
	}
	if int64(binary.BigEndian.Uint32(head[:])) != int64(width) || int64(binary.BigEndian.Uint32(head[4:])) != int64(height) {
		return nil, broken("its size is not what its header says")
	}
	pixels := make([]byte, 4*width*height)
	if _, err := io.ReadFull(r, pixels); err != nil {
		return nil, broken("the decoder gave up")
	}
	if n, _ := r.Read(head[:1]); n != 0 {
		return nil, broken("there are more pixels than its header says")
	}
	return pixels, nil
}

// self is the path of the running program. On Linux it is the kernel's own reference, which outlives an upgrade of
// the file.
func self() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}

// childEnvironment is what the child needs to start and nothing of what the parent has: one thread of Go code at a
// time, and no stack trace, in which there might be pixels.
func childEnvironment() []string {
	env := []string{"GOMAXPROCS=1", "GOTRACEBACK=none"}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		env = append(env, "SYSTEMROOT="+root) // Windows starts nothing without it
	}
	return append(env, moreEnvironment...)
}

// moreEnvironment is what a special build of the program needs besides.
var moreEnvironment []string
