import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { coverageOf } from '../support/coverage.js'
import { coveragePage, versionOf } from '../support/coverage-page.js'
import { newHeaders } from '../support/headers.js'
import { families } from './headers/index.js'

/** What the headers have and no declaration has. */

const test = suite('what the kernel headers have')

const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8')

/** A newer kernel's headers have more, which is no fault of this tree: `npm run coverage` then tells what. */
const whyNot = () => {
  if (newHeaders === undefined) return 'no headers of a current kernel'
  const version = versionOf(newHeaders)
  return page.includes(`the headers of ${version}.`) ? undefined : `docs/coverage.md is not of ${version}`
}

const reason = whyNot()
if (newHeaders === undefined || reason !== undefined) {
  console.log(`SKIPPED: the coverage of the kernel's headers: ${reason}`)
  test.skip('coverage', () => {})
} else {
  const coverage = coverageOf(families, newHeaders)

  for (const { family, groups, untouched } of coverage) {
    test(`${family.name}: nothing is missing of what is named whole`, () => {
      const missing = groups.filter(({ isWhole }) => isWhole).flatMap((group) => group.missing)
      const unseen = family.basics === 'all' ? [] : untouched.filter(({ ofAttributes }) => ofAttributes)
      assert.equal([...missing, ...unseen.map(({ label }) => label)], [])
    })

    test(`${family.name}: what is left out for good is in the headers, and not declared`, () => {
      const known = new Set(coverage.flatMap(({ known }) => known))
      const strange = Object.keys(family.except ?? {}).filter((name) => !known.has(name))
      assert.equal(strange, [])
    })
  }

  test('each header belongs to one family', () => {
    const headers = families.flatMap((family) => family.headers)
    const twice = headers.filter((header, index) => headers.indexOf(header) !== index)
    assert.equal(twice, [])
  })

  test('docs/coverage.md tells the same: npm run coverage writes it', () => {
    assert.fixture(coveragePage(coverage, versionOf(newHeaders ?? '')), page)
  })
}

test.run()
