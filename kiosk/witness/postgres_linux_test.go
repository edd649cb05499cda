package witness

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	suites "github.com/skranke/skranke/hardware-tests/counts"
)

// cluster is a PostgreSQL server of this test's own, in a folder of its own, on a Unix socket alone.
type cluster struct {
	folder     string
	attributes *syscall.SysProcAttr
	server     *exec.Cmd
	ended      chan struct{} // closed when the server has ended
}

var shared struct {
	once    sync.Once
	cluster *cluster
	err     error
	number  int
}

// serve gives the server that the tests of this package share. Where there is no PostgreSQL the test is left out.
func serve(t testing.TB) *cluster {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		suites.LeftOut(t, "it needs a PostgreSQL server: %v", err)
	}
	shared.once.Do(func() { shared.cluster, shared.err = startCluster(bin) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.cluster
}

// binaries finds the folder of the server's programs, which Debian keeps off the path.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	if len(found) == 0 {
		return "", fmt.Errorf("no initdb: apt-get install postgresql")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // what is no number comes first
	return n
}

// startCluster makes a cluster and starts its server. The path of its socket must be short. What there is of it at an
// error can be stopped too.
func startCluster(bin string) (c *cluster, err error) {
	c = &cluster{}
	if c.folder, err = os.MkdirTemp("/tmp", "witness-"); err != nil {
		return nil, err
	}
	if c.attributes, err = unprivileged(c.folder); err != nil {
		return c, err
	}
	initdb := c.command(bin, "initdb", "-D", c.folder+"/data", "-U", "skranke", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	if out, err := initdb.CombinedOutput(); err != nil {
		return c, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return c, c.start(bin)
}

func (c *cluster) command(bin, program string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(bin, program), args...)
	command.Dir, command.SysProcAttr, command.Env = c.folder, c.attributes, []string{"PATH=" + bin, "TZ=UTC"}
	return command
}

// start starts the server and waits until it answers.
func (c *cluster) start(bin string) error {
	log, err := os.OpenFile(c.folder+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own
	// Everything that a server can be told to log is logged, so that a test can look for what must not be there.
	c.server = c.command(bin, "postgres", "-D", c.folder+"/data", "-k", c.folder, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "max_connections=150", "-c", "log_statement=all", "-c", "log_min_duration_statement=0",
		"-c", "log_parameter_max_length=-1", "-c", "log_parameter_max_length_on_error=-1", "-c", "log_error_verbosity=verbose")
	c.server.Stdout, c.server.Stderr = log, log
	if err := c.server.Start(); err != nil {
		return err
	}
	server, ended := c.server, make(chan struct{})
	c.ended = ended
	go func() {
		_ = server.Wait() // how it ended is in its log
		close(ended)
	}()
	for range 600 {
		if conn, err := pgx.Connect(context.Background(), c.address("postgres")); err == nil {
			return conn.Close(context.Background())
		}
		select {
		case <-ended:
			said, _ := os.ReadFile(c.folder + "/log")
			return fmt.Errorf("the server ended:\n%s", said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server does not answer for a minute")
}

// unprivileged gives the folder to a user who is not root, which PostgreSQL refuses to run as, and has programs run as
// that user: as nobody, or where this user namespace has no nobody, in another one with a user of any number.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return attributes, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(folder, uid, uid); err == nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
		return attributes, nil
	}
	attributes.Cloneflags = syscall.CLONE_NEWUSER
	attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: 0, Size: 1}}
	attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: 0, Size: 1}}
	return attributes, nil
}

// address is the connection string of a database.
func (c *cluster) address(database string) string {
	return "postgres://skranke@/" + database + "?host=" + url.QueryEscape(c.folder) + "&sslmode=disable"
}

// database makes an empty database and returns its connection string.
func (c *cluster) database(t testing.TB) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	shared.number++
	name := fmt.Sprintf("register_%d", shared.number)
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return c.address(name)
}

// said is what the server has logged.
func (c *cluster) said(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(c.folder + "/log")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("witness_reserved")) {
		t.Fatal("the server's log holds no statement of a register")
	}
	return text
}

// stop ends the server and removes its folder.
func (c *cluster) stop() {
	if c == nil {
		return
	}
	if c.server != nil && c.server.Process != nil {
		_ = c.server.Process.Signal(syscall.SIGINT) // a fast shutdown; it may have ended before
		select {
		case <-c.ended:
		case <-time.After(20 * time.Second):
			_ = c.server.Process.Signal(syscall.SIGQUIT)
			<-c.ended
		}
	}
	_ = os.RemoveAll(c.folder)
}
