package main

import (
	"context"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// TestCommand runs a command of the CLI with the program in this process: no language host is needed.
func TestCommand(t *testing.T) {
	ctx := context.Background()
	stack, err := auto.SelectStackInlineSource(ctx, "sandbox", "plans-in-go", declarePlans, auto.WorkDir("."))
	if err != nil {
		t.Fatal(err)
	}
	switch command := os.Getenv("COMMAND"); command {
	case "up --skip-preview":
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout))
	case "preview --refresh --expect-no-changes":
		_, err = stack.Preview(ctx, optpreview.Refresh(), optpreview.ExpectNoChanges(), optpreview.ProgressStreams(os.Stdout))
	case "destroy --skip-preview":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout))
	default:
		t.Fatalf("no such command: %q", command)
	}
	if err != nil {
		t.Fatal(err)
	}
}
