import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

// Variables, because TypeScript would require declarations for literals, which the scripts do not have.
const scripts = new URL('../../scripts/lib/', import.meta.url).href
const { Catalog } = await import(`${scripts}site/catalog.mjs`)
const { docsByName } = await import(`${scripts}viewer-docs.mjs`)

const test = suite('viewer: docs')

test('each comment of an attribute has the name that the kernel gives it, also one that is not derived from the key', () => {
  const docs: Record<string, string> = docsByName()
  const texts = new Map<string, Set<string>>()
  for (const { name: set, declaration, comments } of new Catalog().sets.values())
    for (const [key, [, , explicit]] of Object.entries(
      declaration.table as Record<string, [number, object, string?]>,
    )) {
      const name = explicit ?? `${set}_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`
      const text = comments[key]
      if (text) texts.set(name, (texts.get(name) ?? new Set()).add(text))
    }
  const missing = [...texts].filter(([name, of]) => of.size === 1 && !of.has(docs[name] ?? ''))
  assert.equal(missing, [])
  assert.ok(texts.size > 500, String(texts.size))
})

test.run()
