package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// message is one line between the supervisor and the process of a visit. Exactly one of its fields is set.
type message struct {
	// Begin tells a process that its visit begins; End that the next one's window stands, and it can go.
	Begin *Carry `json:"begin,omitempty"`
	End   bool   `json:"end,omitempty"`
	// Shown tells the supervisor that the window stands, Alive that it is not frozen, Keep what is to be carried if there is no
	// further word, Over that the visit is over, Quit that there is to be no other one, Failed why there is no window.
	Shown  bool     `json:"shown,omitempty"`
	Alive  bool     `json:"alive,omitempty"`
	Keep   *Carry   `json:"keep,omitempty"`
	Over   *Carry   `json:"over,omitempty"`
	Quit   bool     `json:"quit,omitempty"`
	Failed *Failure `json:"failed,omitempty"`
}

// Failure is why a process could not serve a visit, as the program tells it: an exit status, a stable code, a message and a
// remedy.
type Failure struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// Error is the message.
func (f *Failure) Error() string { return f.Message }

// maxMessage bounds a message, in bytes.
const maxMessage = 16 << 10

// errMessage says that what came is no message.
var errMessage = errors.New("the processes of the program do not understand each other")

// receive hands each message to take, until the other side has gone, which is no error, or says what is no message.
func receive(from io.Reader, take func(message)) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 1024), maxMessage)
	for lines.Scan() {
		var m message
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			return errMessage
		}
		take(m)
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errMessage
	}
	return nil
}

// sender writes messages, from any goroutine.
type sender struct {
	mutex sync.Mutex
	to    io.Writer
}

func (s *sender) send(m message) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	_, err = s.to.Write(append(line, '\n'))
	return err
}
