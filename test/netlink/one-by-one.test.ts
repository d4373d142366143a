import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { oneByOne } from '../../packages/netlink/dist/connection/one-by-one.js'
import { rejects } from '../support/rejects.js'
import '../support/built.js'

const test = suite('oneByOne()')

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

test('elements come in order, empty arrays are passed over, and the end stays', async () => {
  const ends: string[] = []
  const stream = oneByOne(arrays(ends))
  const told: number[] = []
  for await (const each of stream) told.push(each)
  assert.equal([told, ends], [[1, 2, 3], ['end']])
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test('several asked for at once', async () => {
  const stream = oneByOne(arrays([]))
  const all = await Promise.all(Array.from({ length: 5 }, () => stream.next()))
  assert.equal(
    all.map(({ value }) => value),
    [1, 2, 3, undefined, undefined],
  )
})

test('leaving ends what is behind, and tells no more', async () => {
  const ends: string[] = []
  const stream = oneByOne(arrays(ends))
  for await (const _ of stream) break
  assert.equal(ends, ['end'])
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test('an error comes in its place, once', async () => {
  const stream = oneByOne(arrays([], new Error('no more')))
  const first = [await stream.next(), await stream.next(), await stream.next()]
  assert.equal(
    first.map(({ value }) => value),
    [1, 2, 3],
  )
  await rejects(stream.next(), /no more/)
  assert.equal(await stream.next(), { done: true, value: undefined })
})

test.run()
