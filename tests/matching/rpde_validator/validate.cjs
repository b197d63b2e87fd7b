// Walks the feed at an address by the validator of OpenActive, and prints what it has against it as JSON.
const path = require("node:path");
const [, , modules, url] = process.argv;
const { RpdeValidator } = require(path.join(modules, "@openactive", "rpde-validator"));

RpdeValidator(url, { pageLimit: 50 }).then((log) => {
  const said = (page) => page.errors.map((one) => `${one.severity}: ${one.type}: ${page.url}: ${one.message}`);
  const found = log.pages.flatMap(said);
  console.log(JSON.stringify({ pages: log.pages.map((page) => page.url), found }));
});
