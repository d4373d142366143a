// Runs the test files of its argument, a JSON object with the command of each file. `npm run guest` starts it in the guest.
import { failures, inWords, print, runAll, total } from '../lib/test-run.mjs'

const commands = JSON.parse(process.argv[2])
const results = await runAll(Object.keys(commands), {}, print, (file) => commands[file])
for (const { file, output } of results)
  for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
for (const line of failures(results)) console.log(line)
const counts = total(results)
console.log(`\n${inWords(counts)}`)
process.exitCode = counts.passed > 0 && counts.failed === 0 ? 0 : 1
