import pulumi
import pulumi_stripe_entitlements as entitlements

# The plans are products that already exist in Stripe: `pulumi config set teamProduct prod_…`
config = pulumi.Config()
products = {"team": config.require("teamProduct"), "enterprise": config.require("enterpriseProduct")}

# The features that a plan can include.
features = {
    "projects": entitlements.Feature("projects", lookup_key="projects", name="Unlimited projects"),
    "audit-log": entitlements.Feature(
        "audit-log", lookup_key="audit-log", name="Audit log", metadata={"team": "security"}
    ),
    "sso": entitlements.Feature(
        "sso", lookup_key="sso", name="Single sign-on", metadata={"team": "identity"}
    ),
}

# The features of each plan.
plans = {"team": ["projects"], "enterprise": ["projects", "audit-log", "sso"]}

attachments = [
    entitlements.ProductFeature(
        f"{plan}-{key}", product=products[plan], entitlement_feature=features[key].id
    )
    for plan, keys in plans.items()
    for key in keys
]

# Everything that is attached to the product, also by other stacks or by hand.
enterprise = entitlements.list_product_features_output(
    product=products["enterprise"], opts=pulumi.InvokeOutputOptions(depends_on=attachments)
)

pulumi.export("ssoId", features["sso"].id)
pulumi.export(
    "enterprise",
    enterprise.product_features.apply(lambda attached: sorted(feature.lookup_key for feature in attached)),
)
