// Walks the feed at an address by the validator of OpenActive, and prints what it has against it as JSON.
const path = require("node:path");
const [, , modules, url] = process.argv;
const { RpdeValidator } = require(path.join(modules, "@openactive", "rpde-validator"));

RpdeValidator(url, { pageLimit: 50 }).then((log) => {
  const found = log.pages.flatMap((page) => page.errors.map((one) => `${one.severity}: ${one.type}: ${one.message}`));
  console.log(JSON.stringify({ pages: log.pages.map((page) => page.url), found }));
});
