import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Query } from '../api/api-client.ts'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { Icon } from '../theme/icon.tsx'
import { saveFile } from './save-file.ts'
import { useTableTexts } from './table-texts.ts'

/** Saves a table as the CSV file the gateway makes of it. */
export function ExportButton({ path, query, name }: { readonly path: string; readonly query: Query; readonly name: string }) {
  const { api } = useServices()
  const text = useText()
  const texts = useTableTexts()
  const saving = useMutation({
    mutationFn: async () => saveFile(await api.file(path, { ...query, format: 'csv' }), name),
  })
  return (
    <>
      {saving.isError && (
        <span role="alert" className="cg-alert-colour">
          {problemText(saving.error, text)}
        </span>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="save" size={14} />}
        title={saving.isPending ? texts.exporting : texts.exportHelp}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {texts.export}
      </Button>
    </>
  )
}
