// npm run build:exe [-- MACHINE…]: builds, then makes the plugin one static executable, packages/cni-tap/dist/tap. With names of
// machines (x64, arm64, or all) one for each of them.
import { build } from './lib/build.mjs'
import { buildExecutable, machines } from './lib/exe.mjs'
import { say } from './lib/repo.mjs'

const asked = process.argv.slice(2)
const wanted = asked.includes('all') ? machines : asked.length ? asked : [process.arch]

async function main() {
  const unknown = wanted.find((machine) => !machines.includes(machine))
  if (unknown) throw new Error(`expected ${machines.join(', ')} or all, got ${unknown}`)
  if (!build()) return false
  say('executables')
  for (const machine of wanted) if (!(await buildExecutable(machine))) return false
  return true
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
