// npm run fuzz [-- --runs N --seed S PATTERN…]: builds, then checks the properties of test/fuzz/*.fuzz.ts with N inputs in all,
// on all processors. A failure prints the simplest input found, and the command that shows it again (--path).
import { build } from './lib/build.mjs'
import { run } from './lib/repo.mjs'

const fuzz = () => run(process.execPath, ['--import', 'tsx', 'test/fuzz/main.ts', ...process.argv.slice(2)])
process.exitCode = build() && fuzz() ? 0 : 1
