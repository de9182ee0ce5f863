// Reads /ogc/ as web maps do, with @camptocamp/ogc-client; prints what it understood as JSON.
// usage: URL=http://127.0.0.1:8000 KEY=dm_… node tests/api/ogc_client.mjs
import { OgcApiEndpoint, setFetchOptions } from "@camptocamp/ogc-client";

const { URL: server, KEY: key } = process.env;
setFetchOptions({ headers: { Authorization: `Bearer ${key}`, Accept: "application/json" } });

const endpoint = new OgcApiEndpoint(`${server}/ogc/`);
const info = await endpoint.info;
const divisions = await endpoint.getCollectionInfo("divisions");
const items = await endpoint.getCollectionItems("divisions", 2);
const one = await endpoint.getCollectionItem("divisions", "440106");
const address = await endpoint.getCollectionItemsUrl("facilities", {
  limit: 3,
  extent: [113.2, 23.0, 113.4, 23.2],
});
const found = await fetch(address, { headers: { Authorization: `Bearer ${key}` } });
const matrices = await endpoint.tileMatrixSets;

console.log(
  JSON.stringify({
    title: info.title,
    hasFeatures: await endpoint.hasFeatures,
    hasVectorTiles: await endpoint.hasVectorTiles,
    featureCollections: await endpoint.featureCollections,
    vectorTileCollections: await endpoint.vectorTileCollections,
    matrices: matrices.map((each) => each.id ?? each),
    divisions: {
      id: divisions.id,
      crs: divisions.crs,
      queryables: divisions.queryables.map((each) => each.name),
      sortables: divisions.sortables.map((each) => each.name),
      itemFormats: divisions.itemFormats,
    },
    items: items.map((each) => each.properties.level ?? null),
    one: one.properties.name,
    status: found.status,
    inBox: (await found.json()).features.length,
  }),
);
