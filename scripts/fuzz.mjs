// npm run fuzz [-- --runs N --seed S PATTERN…]: builds, then checks the properties of test/fuzz/**/*.fuzz.ts with random input.
// A failure prints its seed and the smallest input found; the same seed and runs give the same inputs.
import { build } from './lib/build.mjs'
import { run } from './lib/repo.mjs'

const fuzz = () => run(process.execPath, ['--import', 'tsx', 'test/fuzz/main.ts', ...process.argv.slice(2)])
process.exitCode = build() && fuzz() ? 0 : 1
