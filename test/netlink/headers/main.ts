import { readFileSync, writeFileSync } from 'node:fs'
import { comparedSpec } from '../../spec/compared.js'
import { coverageOf } from '../../support/coverage.js'
import { coveragePage, versionOf } from '../../support/coverage-page.js'
import { newHeaders } from '../../support/headers.js'
import { kernelSpecs } from '../../support/specs.js'
import { families } from './index.js'

if (newHeaders === undefined)
  throw new Error('NETLOOM_KERNEL_HEADERS: expected the folder of the headers of a current kernel')
if (kernelSpecs.size === 0)
  throw new Error('NETLOOM_KERNEL_SPECS: expected the folder of the specs of a current kernel')
const file = new URL('../../../docs/coverage.md', import.meta.url)
const coverage = coverageOf(families, newHeaders)
const specs = await Promise.all([...kernelSpecs.keys()].map(comparedSpec))
const page = coveragePage(coverage, specs, versionOf(newHeaders))
const before = (() => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
})()
writeFileSync(file, page)
console.log(
  page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n'),
)
for (const { family, groups, loose } of coverage) {
  const missing = [...groups.filter(({ isWhole }) => isWhole).flatMap((group) => group.missing), ...loose]
  if (missing.length > 0) console.log(`\n${family.name} must be declared completely, but lacks ${missing.join(' ')}`)
}
console.log(`\ndocs/coverage.md: ${page === before ? 'unchanged' : 'written'}`)
