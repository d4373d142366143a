import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { elementsOf } from '../../packages/netlink/dist/connection/stream.js'
import { rejects } from '../support/rejects.js'
import '../support/built.js'

const test = suite('elementsOf()')

async function* arrays(ends: string[], error?: Error) {
  try {
    yield [1, 2]
    yield []
    yield [3]
    if (error) throw error
  } finally {
    ends.push('end')
  }
}

test('elements are in order, empty arrays are skipped, and the end is permanent', async () => {
  const ends: string[] = []
  const stream = elementsOf(arrays(ends))
  const elements: number[] = []
  for await (const each of stream) elements.push(each)
  assert.equal([elements, ends], [[1, 2, 3], ['end']])
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test('several calls of next() at the same time return different elements', async () => {
  const stream = elementsOf(arrays([]))
  const all = await Promise.all(Array.from({ length: 5 }, () => stream.next()))
  assert.equal(
    all.map(({ value }) => value),
    [1, 2, 3, undefined, undefined],
  )
})

test('leaving the loop ends the source', async () => {
  const ends: string[] = []
  const stream = elementsOf(arrays(ends))
  for await (const _ of stream) break
  assert.equal(ends, ['end'])
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test('an error is thrown at its position, once', async () => {
  const stream = elementsOf(arrays([], new Error('no more')))
  const first = [await stream.next(), await stream.next(), await stream.next()]
  assert.equal(
    first.map(({ value }) => value),
    [1, 2, 3],
  )
  await rejects(stream.next(), /no more/)
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test.run()
