import { type Layer, optionValue } from '@netloom/packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('optionValue')

const options: Layer<'dhcp'>['options'] = [
  { type: 'pad' },
  { type: 'leaseTime', value: 3600 },
  { type: 'leaseTime', value: 60 },
  { type: 'routers', value: ['192.0.2.1'] },
  { type: 200, value: Uint8Array.of(1) },
]

test('returns the first value of an option, with its type', () => {
  const time: number | undefined = optionValue(options, 'leaseTime')
  assert.is(time, 3600)
  const routers: string[] | undefined = optionValue(options, 'routers')
  assert.equal(routers, ['192.0.2.1'])
  assert.equal(optionValue(options, 200), Uint8Array.of(1))
})

test('returns undefined for an option that is absent or has no value', () => {
  assert.is(optionValue(options, 'subnetMask'), undefined)
  assert.is(optionValue(options, 'pad'), undefined)
  assert.is(optionValue(options, 201), undefined)
})

test('refuses what is not a list of options', () => {
  // @ts-expect-error the options of a layer, not the layer
  const call = () => optionValue({ options }, 'leaseTime')
  assert.throws(
    call,
    (error: Error) => error instanceof TypeError && /expected an array of options, got /.test(error.message),
  )
  // @ts-expect-error an unknown option
  assert.is(optionValue(options, 'leaseTim'), undefined)
})

test.run()
