// Run in the guest by `npm run guest`: the test files of the arguments, with the plugin on Node and as the executable.
import { failures, inWords, print, runAll, total } from '../lib/test-run.mjs'

const results = []
for (const plugin of ['node', 'exe']) {
  console.log(`\n▸ the plugin: ${plugin === 'exe' ? 'the executable' : 'on Node'}`)
  const env = { NETLOOM_PLUGIN: plugin }
  results.push(...(await runAll(process.argv.slice(2), env, print)))
}
for (const { file, output } of results)
  for (const line of output.match(/^SKIPPED: .*$/gm) ?? []) console.log(`! ${file}: ${line}`)
for (const line of failures(results)) console.log(line)
const counts = total(results)
console.log(`\n${inWords(counts)}`)
process.exitCode = results.length > 0 && counts.failed === 0 ? 0 : 1
