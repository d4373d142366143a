// npm run stress [-- --seconds N --seed S --rounds N]: builds, then has other processes change a network namespace while this one is
// blocked now and then, and holds caches against the kernel after each round. `--help` tells more.
import { build } from './lib/build.mjs'
import { run } from './lib/repo.mjs'

const args = process.argv.slice(2)
const stress = () => run(process.execPath, ['--import', 'tsx', 'test/stress/main.ts', ...args])
process.exitCode = (args.includes('--help') || args.includes('-h') || build()) && stress() ? 0 : 1
