import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const lib = (name: string) => import(new URL(`../../scripts/lib/${name}`, import.meta.url).href)
const { checkProse, oddOpenings, oddWords } = await lib('prose.mjs')
const { openings, words } = await lib('prose-words.mjs')

const test = suite('tooling: plain English')

/** Each row: a text, and the expressions that must be found in it. */
const texts: [text: string, found: string[]][] = [
  ['// is told by the kernel', ['told']],
  ['const toldData = 1', ['told']],
  ["import './route-told.js'", ['told']],
  ['const routeTold = 1', ['Told']],
  ['/** Nobody waits for it. */', ['Nobody']],
  ['// the socket is not to\n// be had', ['to be had']],
  ['/**\n * as it goes\n * by the name\n */', ['goes by']],
  ['// if it is not there, as wished', ['wished']],
  ['// the whole of it, a bold word, a toldo', []],
  ['/** Returns the link with this name. */', []],
]
for (const [text, found] of texts) {
  test(`words in ${JSON.stringify(text)}`, () => {
    assert.equal(
      oddWords(text, words).map((finding: { text: string }) => finding.text),
      found,
    )
  })
}

/** Each row: a doc comment, and the opening that must be found, if any. */
const comments: [text: string, found: string[]][] = [
  ['/** What the kernel returns. */', ['What']],
  ['/**\n * Whether it is open.\n */', ['Whether']],
  ['/** True if it is open. */', []],
  ['/** Whatever. */', []],
  ['/* What is no doc comment. */', []],
  ['// What is no doc comment.', []],
]
for (const [text, found] of comments) {
  test(`openings in ${JSON.stringify(text)}`, () => {
    assert.equal(
      oddOpenings(text, openings).map((finding: { text: string }) => finding.text),
      found,
    )
  })
}

const file = 'scripts/lib/prose-words.mjs'
const rules = { words: { wish: 'desired state' }, openings: ['Whence'], limits: { words: 1, openings: 0 } }

test('a finding has its file, line and advice', () => {
  const { findings } = checkProse([file], { ...rules, exceptions: [] })
  assert.ok(findings.length > 0)
  const [{ file: found, line, advice }] = findings
  assert.is(found, file)
  assert.ok(line > 1)
  assert.is(advice, 'desired state')
})

test('an exception hides a finding', () => {
  const { findings, complaints } = checkProse([file], {
    ...rules,
    exceptions: [{ file, text: 'wish', reason: 'it is the list itself' }],
  })
  assert.equal([findings, complaints], [[], []])
})

test('an exception that matches nothing, one without a reason, and too many of them are errors', () => {
  const { complaints } = checkProse([file], {
    ...rules,
    exceptions: [
      { file, text: 'wish' },
      { file, text: 'lodestar', reason: 'none' },
    ],
  })
  assert.equal(complaints, [
    `${file}: exception for "lodestar", which does not occur any more`,
    `${file}: exception without a reason`,
    'more than 1 exceptions for words',
  ])
})

test.run()
