import { constants } from 'node:os'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { count, forbidAio, numbered, numberOf, withWire } from './wire.js'

const test = suiteNeeding('io_submit is forbidden later', 'netns', 'tun')

const framesOf = (length: number) => count(length).map((number) => numbered(number))

// As in a process that first opens what it needs. A filter cannot be removed, so there is one test.
test('batches continue with single calls, and no frame is lost', () =>
  withWire(({ a, b }) => {
    a.writeBatch(framesOf(100))
    const numbers = b.readBatch().map(numberOf)
    assert.is(b.batchMethod, 'io_submit')
    forbidAio(constants.errno.EPERM, 'io_submit')
    const readAll = () => {
      for (let batch = b.readBatch(); batch.length > 0; batch = b.readBatch()) numbers.push(...batch.map(numberOf))
    }
    readAll()
    assert.equal(numbers, count(100))
    assert.equal([a.batchMethod, b.batchMethod], ['single', 'single'])
    a.writeBatch(framesOf(100))
    readAll()
    assert.equal(numbers, [...count(100), ...count(100)])
  }))

test.run()
