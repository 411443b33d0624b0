// Styles first: what a page imports for itself must come after them.
import './styles/tokens.css'
import './styles/base.css'
import './charts/charts.css'
import { render } from 'preact'
import { startRouter } from './router.ts'
import { loadSession } from './session.ts'
import { App, startServices } from './shell/app.tsx'
import { startKeys } from './shell/keys.ts'

startRouter()
startKeys()
startServices()
// An address with a one-time secret signs in by itself; asking who is signed in meanwhile would race with it.
if (!location.hash.startsWith('#token=')) void loadSession()
render(<App />, document.getElementById('app')!)
