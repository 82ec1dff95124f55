// @tus/server with @tus/file-store, as their README starts them: node intake_tus_server.mjs FOLDER PORT
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , folder, port, packages] = process.argv;
const from = createRequire(pathToFileURL(`${packages}/package.json`));
const load = (name) => import(pathToFileURL(from.resolve(name)));
const { Server } = await load("@tus/server");
const { FileStore } = await load("@tus/file-store");

const server = new Server({ path: "/uploads", datastore: new FileStore({ directory: folder }) });
createServer((request, response) => server.handle(request, response)).listen(
  Number(port),
  "127.0.0.1",
);
