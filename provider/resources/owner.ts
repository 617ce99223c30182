import { getProject, getStack } from "@pulumi/pulumi";
import { formatOwner } from "./format-owner";

/** Returns the owner of a resource of the program that runs. */
export function ownerOf(resource: string): string {
  return formatOwner(getProject(), getStack(), resource);
}
