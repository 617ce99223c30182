package main

import (
	entitlements "github.com/example.invalid/pulumi-stripe-entitlements/sdk/go/stripeentitlements"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// The features of each plan.
var plans = map[string][]string{
	"team":       {"projects"},
	"enterprise": {"projects", "audit-log", "sso"},
}

func main() {
	pulumi.Run(declarePlans)
}

// declarePlans attaches to each product the features of its plan.
func declarePlans(ctx *pulumi.Context) error {
	features, err := declareFeatures(ctx)
	if err != nil {
		return err
	}
	// The plans are products that already exist in Stripe: `pulumi config set teamProduct prod_…`
	products := map[string]string{
		"team":       config.Require(ctx, "teamProduct"),
		"enterprise": config.Require(ctx, "enterpriseProduct"),
	}
	var attachments []pulumi.Resource
	for plan, keys := range plans {
		for _, key := range keys {
			attachment, err := entitlements.NewProductFeature(ctx, plan+"-"+key, &entitlements.ProductFeatureArgs{
				Product:            pulumi.String(products[plan]),
				EntitlementFeature: features[key].ID(),
			})
			if err != nil {
				return err
			}
			attachments = append(attachments, attachment)
		}
	}

	// Everything that is attached to the product, also by other stacks or by hand.
	enterprise := entitlements.ListProductFeaturesOutput(ctx, entitlements.ListProductFeaturesOutputArgs{
		Product: pulumi.String(products["enterprise"]),
	}, pulumi.DependsOn(attachments))
	ctx.Export("ssoId", features["sso"].ID())
	ctx.Export("enterprise", enterprise.ProductFeatures())
	return nil
}

// declareFeatures declares the features that a plan can include.
func declareFeatures(ctx *pulumi.Context) (map[string]*entitlements.Feature, error) {
	features := map[string]*entitlements.Feature{}
	for key, args := range map[string]*entitlements.FeatureArgs{
		"projects":  {Name: pulumi.String("Unlimited projects")},
		"audit-log": {Name: pulumi.String("Audit log"), Metadata: pulumi.StringMap{"team": pulumi.String("security")}},
		"sso":       {Name: pulumi.String("Single sign-on"), Metadata: pulumi.StringMap{"team": pulumi.String("identity")}},
	} {
		args.LookupKey = pulumi.String(key)
		feature, err := entitlements.NewFeature(ctx, key, args)
		if err != nil {
			return nil, err
		}
		features[key] = feature
	}
	return features, nil
}
