import { build } from './lib/build.mjs'
import { oneOf, readCommand } from './lib/command.mjs'
import { buildExecutable, buildSanitized, machines } from './lib/exe.mjs'
import { say } from './lib/repo.mjs'

const names = [...machines, 'all']
const { positionals: chosen, values } = readCommand({
  name: 'run build:exe',
  description: 'Builds the plugin as one static executable, packages/cni-tap/dist/tap.',
  operands: {
    ...oneOf(names),
    usage: '[MACHINE…]',
    help: `for these machines (${names.join(', ')}) instead of this one`,
  },
  options: {
    sanitize: {
      type: 'boolean',
      default: false,
      help: 'builds dist/tap-sanitized for tests instead: linked dynamically, with AddressSanitizer and UndefinedBehaviorSanitizer',
    },
  },
})
const wanted = chosen.includes('all') ? machines : chosen.length ? chosen : [process.arch]

async function main() {
  if (!(await build())) return false
  say('executables')
  if (values.sanitize) return buildSanitized()
  for (const machine of wanted) if (!(await buildExecutable(machine))) return false
  return true
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
