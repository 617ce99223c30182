module plans-in-go

go 1.25

require (
	github.com/example.invalid/pulumi-stripe-entitlements/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.274.1
)

// `pulumi package gen-sdk` writes the SDK there, see docs/languages.md.
replace github.com/example.invalid/pulumi-stripe-entitlements/sdk/go => ./sdks/go
