import { AppShell } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import { Link, Outlet, Route, Routes } from 'react-router'
import { useText } from './i18n/language-provider.tsx'
import { MapPage } from './map/map-page.tsx'
import { type Above, PaletteKeys } from './palette/palette-keys.tsx'
import { AccessGate } from './shell/access-gate.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { Header } from './shell/header.tsx'
import { NavigationRail } from './shell/navigation.tsx'
import { EmptyView } from './shell/problem-view.tsx'
import { useLiveFeed } from './shell/use-link-state.ts'
import { StatusPage } from './status/status-page.tsx'
import { tokens } from './theme/tokens.ts'

/** Loaded when they are asked for: the map does not wait for them. */
const OverviewPage = lazy(() => import('./overview/overview-page.tsx'))
const MetersPage = lazy(() => import('./tables/meters-page.tsx'))
const SitesPage = lazy(() => import('./tables/sites-page.tsx'))
const FleetsPage = lazy(() => import('./tables/fleets-page.tsx'))
const DeviceListPage = lazy(() => import('./devices/device-list-page.tsx'))
const FramesPage = lazy(() => import('./frames/frames-page.tsx'))
const DevicePage = lazy(() => import('./device-page/device-page.tsx'))
const LinesPage = lazy(() => import('./lines/lines-page.tsx'))
const ModelsPage = lazy(() => import('./models/models-page.tsx'))
const ModelPage = lazy(() => import('./models/model-page.tsx'))
const ModelEditorPage = lazy(() => import('./models/editor-page.tsx'))
const RejectedPage = lazy(() => import('./rejected/rejected-page.tsx'))
const AuditPage = lazy(() => import('./audit/audit-page.tsx'))
const AccountPage = lazy(() => import('./people/account-page.tsx'))
const InvitationPage = lazy(() => import('./people/invitation-page.tsx'))
const ProviderPage = lazy(() => import('./session/provider-page.tsx'))
const EnrolmentPage = lazy(() => import('./enrolment/enrolment-page.tsx'))
const TokensPage = lazy(() => import('./tokens/tokens-page.tsx'))
const OrgsPage = lazy(() => import('./orgs/orgs-page.tsx'))
const PeoplePage = lazy(() => import('./people/people-page.tsx'))
const ReplayPage = lazy(() => import('./replay/replay-page.tsx'))

/** The dashboard: a header, the rail with the pages, and beside it the page. */
export function App() {
  useLiveFeed()
  const text = useText()
  const [above, setAbove] = useState<Above>()
  const phone = useMediaQuery(`(max-width: ${tokens.phoneWidth}px)`, undefined, { getInitialValueInEffect: false }) ?? false
  return (
    <AppShell
      header={{ height: tokens.headerHeight }}
      navbar={{ width: tokens.railWidth, breakpoint: tokens.phoneWidth, collapsed: { mobile: true } }}
      padding={0}
    >
      <a href="#content" className="cg-skip">
        {text.app.skipToContent}
      </a>
      <AppShell.Header>
        <Header phone={phone} onKeys={() => setAbove('keys')} />
      </AppShell.Header>
      {!phone && (
        <AppShell.Navbar>
          <NavigationRail />
        </AppShell.Navbar>
      )}
      <PaletteKeys shown={above} onShow={setAbove} />
      <AppShell.Main id="content" tabIndex={-1}>
        <ErrorBoundary fallback={<EmptyView title={text.app.failed} />}>
          <Suspense fallback={null}>
            <Routes>
              <Route path="invitation" element={<InvitationPage />} />
              <Route path="sign-in/provider" element={<ProviderPage />} />
              <Route element={<Gated />}>
                <Route element={<MapPage phone={phone} />}>
                  <Route index element={null} />
                  <Route path="devices/:id" element={null} />
                </Route>
                <Route path="overview" element={<OverviewPage />} />
                <Route path="devices/:id/details" element={<DevicePage />} />
                <Route path="meters" element={<MetersPage />} />
                <Route path="worksites" element={<SitesPage />} />
                <Route path="fleets" element={<FleetsPage />} />
                <Route path="devices" element={<DeviceListPage />} />
                <Route path="frames" element={<FramesPage />} />
                <Route path="rejected" element={<RejectedPage />} />
                <Route path="lines" element={<LinesPage />} />
                <Route path="models" element={<ModelsPage />} />
                <Route path="models/new/:protocol" element={<ModelEditorPage />} />
                <Route path="models/:id" element={<ModelPage />} />
                <Route path="models/:id/copy" element={<ModelEditorPage />} />
                <Route path="replay" element={<ReplayPage />} />
                <Route path="status" element={<StatusPage />} />
                <Route path="audit" element={<AuditPage />} />
                <Route path="account" element={<AccountPage />} />
                <Route path="organisations" element={<OrgsPage />} />
                <Route path="people" element={<PeoplePage />} />
                <Route path="enrolment" element={<EnrolmentPage />} />
                <Route path="tokens" element={<TokensPage />} />
                <Route path="*" element={<NoSuchPage />} />
              </Route>
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  )
}

/** All pages but the invitation and where providers send people back to ask to sign in where the gateway does. */
function Gated() {
  return (
    <AccessGate>
      <Outlet />
    </AccessGate>
  )
}

function NoSuchPage() {
  const text = useText()
  return (
    <div className="cg-page">
      <EmptyView title={text.app.notFound} />
      <p className="cg-centred">
        <Link to="/">{text.app.toMap}</Link>
      </p>
    </div>
  )
}
