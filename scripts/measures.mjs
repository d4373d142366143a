import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readCommand } from './lib/command.mjs'
import {
  castsOf,
  codeLines,
  functionsOf,
  importGraph,
  modulesIn,
  reachOf,
  readSources,
  repeatedLines,
  repeatedRun,
} from './lib/measures.mjs'
import { oddOpenings, oddWords } from './lib/prose.mjs'
import { openings, words } from './lib/prose-words.mjs'
import { root as here } from './lib/repo.mjs'

const { values } = readCommand({
  name: 'run measures',
  description: 'Prints measures of the sources: lines, dependencies, long functions, casts, repeated code.',
  options: {
    root: {
      type: 'string',
      value: 'FOLDER',
      expected: 'a checkout of this repository',
      fits: (text) => existsSync(join(text, 'packages')),
      help: 'measures this checkout instead, for example of an older commit',
    },
  },
})

/** Longest function that fits on a screen, in lines. */
const screen = 60
/** Folders whose inner dependencies are measured. */
const folders = ['packages/cni-tap/src', 'packages/netlink/src/api', 'packages/netlink/src/connection']
/** Entry points of the code that one request and one ADD run. The first one that exists counts, because files are renamed. */
const entries = {
  'Connection.open() and a request': ['packages/netlink/src/connection/connection.ts'],
  'ADD of the plugin': ['packages/cni-tap/src/commands/add.ts'],
}

const root = resolve(values.root ?? here)
const sources = readSources(root)
const typescript = sources.filter(({ ast }) => ast)
const graph = importGraph(sources)
const sum = (list, of) => list.reduce((total, each) => total + of(each), 0)

console.log('Size: files, lines, and lines of code (neither blank nor comment) of packages/NAME/src and native')
for (const name of new Set(sources.map((source) => source.package))) {
  const own = sources.filter((source) => source.package === name)
  const lines = sum(own, ({ text }) => text.split('\n').length - 1)
  console.log(`  ${name}: ${own.length} files, ${lines} lines, ${sum(own, codeLines)} of code`)
}

console.log('\nModules: files and folders directly inside a folder, and pairs of them with an import, types included')
for (const folder of folders) {
  const { files, fileDependencies, modules, dependencies } = modulesIn(graph, folder)
  const all = `${files} files with ${fileDependencies} dependencies`
  console.log(`  ${folder}: ${modules} modules with ${dependencies} dependencies; ${all}`)
}

console.log(
  '\nReach: files of the same package that a module imports, directly and indirectly, without type-only imports',
)
for (const [name, candidates] of Object.entries(entries)) {
  const entry = candidates.find((each) => graph.has(each))
  const all = entry ? reachOf(graph, entry) : []
  const without = all.filter((file) => !/\/(codec|constants|route|errno|generic)\b/.test(file))
  console.log(`  ${name} (${entry}): ${all.length} files, ${without.length} without codecs, constants and declarations`)
}

const functions = typescript.flatMap(functionsOf).sort((a, b) => b.lines - a.lines)
const long = functions.filter(({ lines }) => lines > screen)
console.log(`\nFunctions of more than ${screen} lines: ${long.length}. The ten longest:`)
for (const { name, file, line, lines } of functions.slice(0, 10)) console.log(`  ${lines} ${name} (${file}:${line})`)

console.log(`\nType assertions \`as T\`, without \`as const\`: ${sum(typescript, castsOf)}`)
console.log(`Lines in runs of ${repeatedRun} or more lines that occur elsewhere too: ${repeatedLines(sources)}`)
const odd = sum(sources, ({ text }) => oddWords(text, words).length)
const begun = sum(sources, ({ text }) => oddOpenings(text, openings).length)
console.log(`Odd words: ${odd}, odd openings of doc comments: ${begun} (of npm run prose, only in the sources)`)
