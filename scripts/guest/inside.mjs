// Runs the test files of the arguments. `npm run guest` starts it in the guest.
import { failures, inWords, print, runAll, total } from '../lib/test-run.mjs'

const results = await runAll(process.argv.slice(2), {}, print)
for (const { file, output } of results)
  for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
for (const line of failures(results)) console.log(line)
const counts = total(results)
console.log(`\n${inWords(counts)}`)
process.exitCode = counts.passed > 0 && counts.failed === 0 ? 0 : 1
