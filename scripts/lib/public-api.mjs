import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { path } from './repo.mjs'

const packages = ['netlink', 'packet', 'tuntap', 'cni-tap']

/** A list of names in braces: `{ a, type B, c as D }`. Returns the exported names. */
const namesIn = (list) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => name.replace(/^type /, '').replace(/^.* as /, ''))

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|enum|namespace) ([\w$]+)/gm
const LIST = /^export (?:type )?\{([^}]*)\}/gm
const STAR = /^export \* from '([^']+)'/gm
const NAMESPACE = /^export \* as ([\w$]+) from/gm

/** Returns the names that a compiled declaration file exports, those of other files that it exports again included. */
function exportsOf(file) {
  const text = readFileSync(file, 'utf8')
  const own = [...text.matchAll(DECLARATION), ...text.matchAll(NAMESPACE)].map(([, name]) => name)
  const listed = [...text.matchAll(LIST)].flatMap(([, list]) => namesIn(list))
  const others = [...text.matchAll(STAR)].flatMap(([, from]) =>
    exportsOf(join(dirname(file), from.replace(/\.js$/, '.d.ts'))),
  )
  return [...new Set([...own, ...listed, ...others])]
}

/** Returns each entry point of the packages with its declaration file. */
function entryPoints() {
  return packages.flatMap((name) => {
    const manifest = JSON.parse(readFileSync(path('packages', name, 'package.json'), 'utf8'))
    return Object.entries(manifest.exports).flatMap(([entry, { types }]) =>
      types ? [[manifest.name + entry.slice(1), path('packages', name, types)]] : [],
    )
  })
}

/** The file that lists the public names. */
export const publicApiFile = path('public-api.txt')

/** Returns the text of {@link publicApiFile}: the names that each entry point exports, from what was compiled. */
export function publicApi() {
  const sections = entryPoints().map(([entry, file]) => [
    entry,
    ...exportsOf(file)
      .sort()
      .map((name) => `  ${name}`),
  ])
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Returns the text of the file, or of none if it does not exist. */
export const recordedApi = () => (existsSync(publicApiFile) ? readFileSync(publicApiFile, 'utf8') : '')
