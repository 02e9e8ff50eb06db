// Makes src/main/resources/wai/staticfiles/mime-types.txt from mime-db (MIT licence), which is a table of media types:
//
//   npm pack mime-db && tar xzf mime-db-*.tgz
//   node generate.mjs package > ../src/main/resources/wai/staticfiles/mime-types.txt
//
// Of several types for an extension the one wins that is standard rather than vendor's or private, then the one from a
// better source, then video before audio and fonts before application before text and images, then the shorter name.

import { readFileSync } from "node:fs"

const folder = process.argv[2]
const types = JSON.parse(readFileSync(`${folder}/db.json`, "utf8"))
const version = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version

const sources = { nginx: 0, apache: 1, iana: 3 }
const kinds = { video: 3, audio: 2, font: 2, application: 1 }

function rank(type) {
  const [kind, name] = type.split("/")
  const tree = name.startsWith("x-") || name.startsWith("prs.") ? 0 : name.startsWith("vnd.") ? 1 : 2
  return type === "application/octet-stream" ? [-1] : [tree, sources[types[type].source] ?? 2, kinds[kind] ?? 0, -type.length]
}

function better(a, b) {
  const [x, y] = [rank(a), rank(b)]
  const at = x.findIndex((value, index) => value !== y[index])
  return at >= 0 && x[at] > y[at]
}

const best = new Map()
for (const [type, facts] of Object.entries(types)) {
  for (const extension of facts.extensions ?? []) {
    if (!best.has(extension) || better(type, best.get(extension))) best.set(extension, type)
  }
}

console.log(`# Extensions and their media types, made by mime-types/generate.mjs from mime-db ${version}.`)
console.log("# mime-db is under the MIT licence, which is in mime-types.licence.txt beside this file.")
for (const extension of [...best.keys()].sort()) console.log(`${extension} ${best.get(extension)}`)
