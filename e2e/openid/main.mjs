// Plays every scene against a house and says of each how it went: one JSON object a line.
import { scenes as codes } from "./codes.mjs";
import { scenes as tokens } from "./tokens.mjs";

for (const [name, play] of Object.entries({ ...codes, ...tokens })) {
  let trouble = "";
  try { await play(); } catch (e) { trouble = `${e.message} ${e.cause ? JSON.stringify(e.cause) : ""}\n${e.stack?.split("\n").slice(1, 4).join("\n")}`; }
  console.log(JSON.stringify({ scene: name, trouble }));
}
console.log(JSON.stringify({ end: true }));
process.exit(0);
