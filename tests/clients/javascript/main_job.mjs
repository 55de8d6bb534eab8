// The main job as a program does it with the AWS SDK for JavaScript v3: from an empty account to one customer whom two
// systems know, and what the SDK makes of refusals. Server, region and keys are those of the environment.
// Prints what it saw as one JSON object, for tests/clients/test_javascript.py.

import { isDeepStrictEqual } from "node:util";

import * as sdk from "@aws-sdk/client-customer-profiles";
import { createPaginator } from "@smithy/core";

const DomainName = process.argv[2];
const client = new sdk.CustomerProfilesClient();
const seen = {};

/** Call an operation on the domain. */
function call(operation, input = {}, caller = client) {
  return caller.send(new sdk[`${operation}Command`]({ DomainName, ...input }));
}

/** The items of each page. The SDK has no paginator for these operations, so this makes one as it makes its own. */
async function pages(operation, pageSize, input = {}) {
  const command = sdk[`${operation}Command`];
  const paginate = createPaginator(sdk.CustomerProfilesClient, command, "NextToken", "NextToken", "MaxResults");
  const found = [];
  for await (const page of paginate({ client, pageSize }, { DomainName, ...input })) found.push(page.Items);
  return found;
}

/** What a program can tell of a call that is refused. */
async function refusal(operation, input, caller) {
  try {
    await call(operation, input, caller);
    return null;
  } catch (error) {
    const { httpStatusCode, attempts, requestId } = error.$metadata;
    const { name, message, $fault: fault } = error;
    const isOfItsClass = name in sdk && error instanceof sdk[name];
    return { name, message, fault, httpStatusCode, attempts, requestId, isOfItsClass };
  }
}

/** The records of a system: `<name>Id` names a record, the e-mail address says whose it is. */
function objectType(name) {
  return {
    ObjectTypeName: name,
    Description: `Records of the ${name}`,
    AllowProfileCreation: true,
    Fields: {
      id: { Source: "_source.id" },
      email: { Source: "_source.email", Target: "_profile.EmailAddress", ContentType: "EMAIL_ADDRESS" },
      first: { Source: "_source.first", Target: "_profile.FirstName", ContentType: "NAME" },
      city: { Source: "_source.address.city", Target: "_profile.Address.City" },
    },
    Keys: {
      [`${name}Id`]: [{ StandardIdentifiers: ["UNIQUE"], FieldNames: ["id"] }],
      _email: [{ StandardIdentifiers: ["PROFILE"], FieldNames: ["email"] }],
    },
  };
}

async function put(ObjectTypeName, record) {
  return (await call("PutProfileObject", { ObjectTypeName, Object: JSON.stringify(record) })).ProfileObjectUniqueKey;
}

async function search(KeyName, value) {
  return (await call("SearchProfiles", { KeyName, Values: [value] })).Items;
}

async function objects(ProfileId, ObjectTypeName) {
  const found = (await pages("ListProfileObjects", 100, { ProfileId, ObjectTypeName })).flat();
  return found.map((item) => JSON.parse(item.Object));
}

async function setUp() {
  const created = await call("CreateDomain", { DefaultExpirationDays: 366, Tags: { team: "care" } });
  const { DefaultExpirationDays: days, CreatedAt } = await call("GetDomain");
  const resourceArn = `arn:aws:profile:us-east-1:000000000000:domains/${DomainName}`;
  seen.domain = {
    days,
    createdAt: CreatedAt instanceof Date && CreatedAt.getTime() === created.CreatedAt.getTime() && CreatedAt,
    tags: (await call("ListTagsForResource", { resourceArn })).tags,
  };
  for (const name of ["crm", "shop"]) await call("PutProfileObjectType", objectType(name));
  const { Fields, Keys } = await call("GetProfileObjectType", { ObjectTypeName: "crm" });
  seen.definitionIsAsPut = isDeepStrictEqual({ ...objectType("crm"), Fields, Keys }, objectType("crm"));
  const typePages = await pages("ListProfileObjectTypes", 1);
  seen.objectTypePages = typePages.map((items) => items.map((item) => item.ObjectTypeName));
}

async function ingest() {
  const ann = { id: 1, email: "Ann@Example.com", first: "Ann", address: { city: "Zürich" } };
  seen.uniqueKeys = [await put("crm", ann), await put("crm", { ...ann, first: "Anna" })];
  for (const id of ["o1", "o2", "o3"]) await put("shop", { id, email: "ann@example.com" });
}

async function look() {
  const found = await search("_email", "ANN@example.COM");
  const [{ ProfileId, ...profile }] = found;
  seen.found = { number: found.length, profile };
  seen.crm = await objects(ProfileId, "crm");
  const orderPages = await pages("ListProfileObjects", 2, { ProfileId, ObjectTypeName: "shop" });
  seen.orderPages = orderPages.map((items) => items.map((item) => JSON.parse(item.Object).id));
  return ProfileId;
}

async function mergeAndDelete(main) {
  await put("shop", { id: "o9", email: "ann@work.example.com" });
  const [{ ProfileId: other }] = await search("_email", "ann@work.example.com");
  const merge = await call("MergeProfiles", { MainProfileId: main, ProfileIdsToBeMerged: [other] });
  seen.merged = {
    hasMessage: Boolean(merge.Message),
    absorbed: await search("_profileId", other),
    isFoundByBoth: (await search("_email", "ann@work.example.com"))[0].ProfileId === main,
    orders: (await objects(main, "shop")).map((order) => order.id).sort(),
  };
  await call("DeleteProfile", { ProfileId: main });
  seen.afterDeletion = await search("_email", "ann@example.com");
}

async function beRefused() {
  const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "no" };
  const stranger = new sdk.CustomerProfilesClient({ credentials });
  seen.refusals = {
    noDomain: await refusal("GetDomain", { DomainName: "no-such-domain" }),
    noProfile: await refusal("UpdateProfile", { ProfileId: "0".repeat(32), FirstName: "Ann" }),
    noJson: await refusal("PutProfileObject", { ObjectTypeName: "crm", Object: "{" }),
    wrongForm: await refusal("UpdateDomain", { DefaultExpirationDays: 0 }),
    nameTaken: await refusal("CreateDomain", { DefaultExpirationDays: 366 }),
    noCode: await refusal("ListIntegrations"),
    unknownKey: await refusal("GetDomain", {}, stranger),
  };
  stranger.destroy();
  seen.domainDeletion = (await call("DeleteDomain")).Message;
  seen.refusals.deletedDomain = await refusal("DeleteDomain");
}

await setUp();
await ingest();
await mergeAndDelete(await look());
await beRefused();
client.destroy();
console.log(JSON.stringify(seen));
