import { provideNetTools } from './lib/needs.mjs'
import { provideRuntime } from './lib/runtimes.mjs'

/** Provides what the benchmarks of @netloom/tuntap need: iperf3, and Bun. */
const reason = provideNetTools()
if (reason) console.error(`! iperf3 is unavailable: ${reason}`)
provideRuntime('bun')
