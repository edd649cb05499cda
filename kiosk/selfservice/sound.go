package selfservice

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/skranke/skranke/assets"
)

// voice speaks. Its methods do not wait for the end of what is spoken.
type voice interface {
	// Say speaks a text in a language, instead of what is being spoken.
	Say(language assets.Language, text string)
	// Stop ends what is being spoken.
	Stop()
}

// chimes gives the short sounds; nil for none.
type chimes interface{ Play(sound []byte) }

// engine is a program that speaks or plays what it reads from its standard input: what is spoken may be personal, and stands in no list of
// processes.
type engine struct {
	mu     sync.Mutex
	cancel context.CancelFunc
	// command gives the program with its arguments for a language.
	command func(assets.Language) []string
	// silence is a program that ends what another one, a service, speaks on; nil for none.
	silence []string
}

// findVoice finds a speech engine on this machine; nil for none.
func findVoice() voice {
	if path, err := exec.LookPath("espeak-ng"); err == nil {
		return &engine{command: func(l assets.Language) []string { return []string{path, "-v", string(l), "-s", "150", "--stdin"} }}
	}
	if path, err := exec.LookPath("spd-say"); err == nil {
		return &engine{
			command: func(l assets.Language) []string { return []string{path, "-l", string(l), "-w", "-e"} },
			silence: []string{path, "-C"},
		}
	}
	return nil
}

// findChimes finds a program that plays a WAV file; nil for none.
func findChimes() chimes {
	for _, command := range [][]string{{"pw-play", "-"}, {"paplay", "/dev/stdin"}, {"aplay", "-q", "-"}} {
		if path, err := exec.LookPath(command[0]); err == nil {
			return &engine{command: func(assets.Language) []string { return append([]string{path}, command[1:]...) }}
		}
	}
	return nil
}

// Say speaks.
func (e *engine) Say(language assets.Language, text string) {
	e.run(e.command(language), strings.NewReader(text))
}

// Play plays.
func (e *engine) Play(sound []byte) { e.run(e.command(""), bytes.NewReader(sound)) }

// Stop ends what is being spoken.
func (e *engine) Stop() { e.run(e.silence, nil) }

// longest bounds how long one text is spoken.
const longest = 3 * time.Minute

func (e *engine) run(command []string, input io.Reader) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancel != nil {
		e.cancel()
		e.cancel = nil
	}
	if len(command) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	program := exec.CommandContext(ctx, command[0], command[1:]...)
	program.Stdin, program.WaitDelay = input, time.Second
	e.cancel = cancel
	go func() {
		defer cancel()
		_ = program.Run() // a machine that cannot speak says so to skranke doctor; the citizen sees the text
	}()
}

// hush ends what is being spoken.
func (k *kiosk) hush() {
	if k.voice != nil {
		k.voice.Stop()
	}
}

// speakPage speaks the page that is shown.
func (k *kiosk) speakPage() {
	if !k.speaking || k.voice == nil || k.page == pageOver {
		return
	}
	if k.staff || k.over == pagePIN || k.over == pageMenu || k.over == pageOff || k.private {
		k.hush()
		return
	}
	k.voice.Say(k.words.Language(), strings.Join(k.spoken, "\n"))
}

// speakLabel speaks what has the keyboard's place.
func (k *kiosk) speakLabel(label string) {
	if k.speaking && k.voice != nil && !k.private {
		k.voice.Say(k.words.Language(), label)
	}
}

// speakTyped speaks a character that was typed: which one only where nobody else hears it, and never a PIN's.
func (k *kiosk) speakTyped(character string) {
	if character == "" || !k.site.Sound.Headset {
		character = k.say("kiosk.speak.character")
	}
	k.speakLabel(character)
}

// toggleSpeech has pages spoken, or no longer.
func (k *kiosk) toggleSpeech() {
	k.speaking = !k.speaking
	k.hush()
	k.draw()
	k.speakPage()
}

// cueing is one of the short sounds: the frequencies of its tones, in hertz.
type cueing []float64

// The cues: something begins, something is done, something is asked of the citizen.
var (
	cueBegin = cueing{523}
	cueGood  = cueing{523, 784}
	cueAsk   = cueing{392, 330}
)

// cue plays a cue.
func (k *kiosk) cue(c cueing) {
	if !k.quiet && k.chimes != nil {
		k.chimes.Play(c.wave())
	}
}

const (
	rate     = 22050
	toneTime = 140 * time.Millisecond
)

// wave is the cue as a WAV file, 16 bits, one channel. Its tones come and go softly.
func (c cueing) wave() []byte {
	each := int(float64(rate) * toneTime.Seconds())
	samples := make([]int16, 0, each*len(c))
	for _, frequency := range c {
		for i := range each {
			at := float64(i) / float64(each)
			loud := math.Sin(math.Pi*at) * 0.3 * math.MaxInt16
			samples = append(samples, int16(loud*math.Sin(2*math.Pi*frequency*float64(i)/rate)))
		}
	}
	var file bytes.Buffer
	size := uint32(2 * len(samples))
	file.WriteString("RIFF")
	header := []any{
		36 + size,
		[4]byte{'W', 'A', 'V', 'E'},
		[4]byte{'f', 'm', 't', ' '},
		uint32(16), uint16(1), uint16(1), uint32(rate),
		uint32(2 * rate), uint16(2), uint16(16),
		[4]byte{'d', 'a', 't', 'a'},
		size, samples,
	}
	for _, field := range header {
		if err := binary.Write(&file, binary.LittleEndian, field); err != nil {
			return nil // a buffer takes everything
		}
	}
	return file.Bytes()
}
