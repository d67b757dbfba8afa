// A guest's side of an app, as lines of JSON: shows each text back, with odd answers on demand.
const lines = require("node:readline").createInterface({ input: process.stdin });
let count = 0;
const tell = (value) => process.stdout.write(JSON.stringify(value) + "\n");
lines.on("line", (line) => {
  const { say, guest } = JSON.parse(line);
  if (say === "die") {
    console.error("dying as told");
    process.exit(3);
  }
  if (say === "fail") tell({ error: "the app answered 500" });
  else if (say === "babble") process.stdout.write("what?\n");
  else tell({ guest: guest.id, shown: `${guest.name}: ${say}`, id: ++count });
});
