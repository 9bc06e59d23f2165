// Package gwtape holds tests to recorded scenarios.
//
//	func TestMain(m *testing.M) { os.Exit(gwtape.Main(m)) }
//
//	func TestDeploy(t *testing.T) {
//		endpoint := gwtape.Session(t, "shop/deploy")
//		deploy(endpoint)
//	}
//
// One `gwtape replay` serves a package's tests, a session of its own each test: its endpoint is what Session gives, and
// what the AWS variables of the environment say, with dummy credentials. When the test is done the contract is asserted:
// every call of the scenarios (or groups) as recorded, and none left out. The first breach is the test's message, also
// where the code under test swallows its error. Cassettes are those of the folder GWTAPE_CASSETTES, else cassettes.
package gwtape

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

var endpoint string // of the replay that Main started

// Main starts a replay, runs the tests, and gives their exit code.
func Main(m *testing.M) int {
	folder := os.Getenv("GWTAPE_CASSETTES")
	if folder == "" {
		folder = "cassettes"
	}
	command := exec.Command("gwtape", "replay", "--session-by", "path", "--cassettes", folder)
	stderr, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gwtape did not start:", err)
		return 5
	}
	said := bufio.NewScanner(stderr)
	var lines []string
	for endpoint == "" && said.Scan() {
		lines = append(lines, said.Text())
		if strings.HasPrefix(said.Text(), "listening on ") {
			endpoint = strings.TrimPrefix(said.Text(), "listening on ")
		}
	}
	if endpoint == "" {
		fmt.Fprintln(os.Stderr, strings.Join(lines, "\n"))
		command.Wait()
		return 5
	}
	go func() { // what it says at the end is said by each test
		for said.Scan() {
		}
	}()
	code := m.Run()
	command.Process.Signal(syscall.SIGTERM)
	command.Process.Wait()
	return code
}

type row struct {
	OK          bool   `json:"ok"`
	Text        string `json:"text"`
	Scenario    string `json:"scenario"`
	Interaction string `json:"interaction"`
}

type report struct {
	Message string `json:"message"`
	Unused  []row  `json:"unused"`
	Journal struct {
		Entries []row `json:"entries"`
	} `json:"journal"`
}

func ask(path string, body any) (int, report, error) {
	var answer report
	text, _ := json.Marshal(body)
	if body == nil {
		text = nil
	}
	client := http.Client{Transport: &http.Transport{}} // no proxy
	response, err := client.Post(endpoint+"/_gwtape/sessions"+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return 0, answer, err
	}
	defer response.Body.Close()
	err = json.NewDecoder(response.Body).Decode(&answer)
	return response.StatusCode, answer, err
}

// Session opens a session that these scenarios answer, and gives its endpoint.
func Session(t *testing.T, scenarios ...string) string {
	t.Helper()
	if endpoint == "" {
		t.Fatal("gwtape: TestMain must call gwtape.Main")
	}
	id := t.Name()
	status, answer, err := ask("", map[string]any{"id": id, "scenarios": scenarios})
	if err != nil || status != 201 {
		t.Fatalf("gwtape: %s (%v)", answer.Message, err)
	}
	own := endpoint + "/session/" + url.PathEscape(id)
	for _, name := range []string{"GWTAPE_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_API_GATEWAY"} {
		t.Setenv(name, own)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_SESSION_TOKEN", "")
	t.Setenv("AWS_PROFILE", "")
	t.Cleanup(func() { verify(t, id) })
	return own
}

func verify(t *testing.T, id string) {
	status, answer, err := ask("/"+url.PathEscape(id)+"/verify", nil)
	if err != nil {
		t.Errorf("gwtape: the session could not be verified: %v", err)
	}
	if status == 200 || err != nil || t.Skipped() {
		return
	}
	for _, entry := range answer.Journal.Entries {
		if !entry.OK {
			t.Error(entry.Text)
			return
		}
	}
	t.Errorf("gwtape: %s (not called: %v)", answer.Message, answer.Unused)
}
