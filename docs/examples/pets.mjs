// A script as anybody has one, its calls side by side. With --seconds it has a mistake, a time-out in seconds.
import {APIGateway} from "@aws-sdk/client-api-gateway";

const timeoutInMillis = process.argv.includes("--seconds") ? 5 : 5000;
const gateway = new APIGateway();
const {id: restApiId, rootResourceId: parentId} = await gateway.createRestApi({name: "pets"});
await Promise.all(["cats", "dogs"].map(async (pathPart) => {
  const {id: resourceId} = await gateway.createResource({restApiId, parentId, pathPart});
  const method = {restApiId, resourceId, httpMethod: "GET"};
  await gateway.putMethod({...method, authorizationType: "NONE"});
  await gateway.putIntegration({
    ...method, type: "HTTP", integrationHttpMethod: "GET", uri: `https://example.com/${pathPart}`, timeoutInMillis,
  });
}));
