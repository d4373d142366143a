import { writeFileSync } from 'node:fs'
import { configPage } from './config-page.js'
import './built.js'

writeFileSync(new URL('../../docs/cni/configuration.md', import.meta.url), configPage())
