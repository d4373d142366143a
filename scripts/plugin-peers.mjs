// Provides the programs for `npm run bench -- plugin`: the plugin's executable, upstream's plugins, the releases of Node, and the
// tool that measures memory. A separate program, so that its output can be redirected.
import { mkdirSync } from 'node:fs'
import { buildExecutable } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { path, run } from './lib/repo.mjs'
import { provideRuntime } from './lib/runtimes.mjs'
import { provideToolchain } from './lib/toolchain.mjs'

function compilePeakMemory() {
  const { cc, flags, env } = provideToolchain()
  mkdirSync(path('.cache', 'bench'), { recursive: true })
  const [source, outfile] = [path('test', 'bench', 'plugin', 'usage.c'), path('.cache', 'bench', 'usage')]
  return run(cc, [...flags, '-O2', source, '-o', outfile], { env })
}

for (const name of ['node 20', 'node 22', 'node 26']) provideRuntime(name)
const built = compilePeakMemory() && (await buildExecutable())
process.exitCode = built && provideNeeds()?.NETLOOM_CNI_PLUGINS ? 0 : 1
