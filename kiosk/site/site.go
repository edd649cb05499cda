// Package site is what a site sets for its counters and kiosks: one YAML file, which only its owner reads (docs/site.md).
package site

import (
	"time"

	"github.com/skranke/skranke/assets"
)

// Site is the configuration of one machine. [Default] is what holds without a file.
type Site struct {
	// Place is the name of the place, such as "Borgerservice Herning"; empty for none.
	Place string `yaml:"place"`
	// Language is what a window opens in, and Look its theme, one of assets.Palettes.
	Language assets.Language `yaml:"language"`
	Look     string          `yaml:"look"`
	// Reader is the name of the card reader, or a part of it; empty for any.
	Reader    string    `yaml:"reader"`
	MRZReader MRZReader `yaml:"mrz_reader"`
	Screen    Screen    `yaml:"screen"`
	Sound     Sound     `yaml:"sound"`
	Staff     Staff     `yaml:"staff"`
	Kiosk     Kiosk     `yaml:"kiosk"`
	Witnesses Witnesses `yaml:"witnesses"`
	// Store is the folder of the imported trust store; empty for the machine's.
	Store string `yaml:"store"`
}

// MRZReader is a reader for the printed lines on a serial port. Readers that type like a keyboard need no entry.
type MRZReader struct {
	// Port is the port's name, such as /dev/ttyACM0; empty for none.
	Port string `yaml:"port"`
	// Baud is its speed in bits a second; 9600 when zero.
	Baud int `yaml:"baud"`
}

// Screen is what a machine's screens are.
type Screen struct {
	// DPI is how many points an inch of the screen has, 50 to 400; it decides how large 15 millimetres are. 96 when zero.
	DPI float64 `yaml:"dpi"`
	// Citizen tells that a second screen faces the citizen.
	Citizen bool `yaml:"citizen"`
}

// Sound is what a machine says.
type Sound struct {
	// Cues are the short sounds at the reader, Speech the spoken prompts.
	Cues   bool `yaml:"cues"`
	Speech bool `yaml:"speech"`
	// Headset tells that the machine's sound goes to a headset alone, so that private data may be spoken.
	Headset bool `yaml:"headset"`
}

// Staff is what the staff of a kiosk have.
type Staff struct {
	// PIN is the hash of the staff's PIN, as skranke site pin prints it; without one nobody can unlock a kiosk.
	PIN PINHash `yaml:"pin"`
	// Call is a program with its arguments that is run to call staff: with "on" behind them when a citizen calls, "off" when
	// it is over. It switches a light or rings. Empty for none.
	Call []string `yaml:"call"`
}

// Kiosk is what holds for the self-service flow.
type Kiosk struct {
	// Idle is how long a visit stands untouched before it is asked whether anybody is there, 30 seconds to 10 minutes; a
	// minute when zero. The question stands for at least 20 seconds (EN 301 549, 11.2.2.1).
	Idle time.Duration `yaml:"idle"`
	// Shutdown is a program with its arguments that the staff menu runs to switch the machine off. Empty to end the program only.
	Shutdown []string `yaml:"shutdown"`
}

// Witnesses is where the register of witnesses is: a file or a database; neither for none.
type Witnesses struct {
	File     string `yaml:"file"`
	Database string `yaml:"database"`
	KeyFile  string `yaml:"key_file"`
}
