// Gets what `npm run bench -- plugin` measures: the plugin's executable, upstream's plugins and the releases of Node. A program of its
// own for its output alone.
import { buildExecutable } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { provideRuntime } from './lib/runtimes.mjs'

for (const name of ['node 20', 'node 22', 'node 26']) provideRuntime(name)
process.exitCode = (await buildExecutable()) && provideNeeds()?.NETLOOM_CNI_PLUGINS ? 0 : 1
