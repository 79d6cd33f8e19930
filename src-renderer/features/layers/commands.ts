import type { Command } from '#renderer/commands/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

/** Keys for what lies over the image. */
export function layerCommands(): Command[] {
  const project = useProjectStore();
  const view = useViewStore();
  const base = { group: 'Layers', when: () => project.info !== null };
  const menu = { name: 'View', part: 2 } as const;
  return [
    {
      ...base,
      id: 'layers.segments',
      label: 'Segments',
      keys: '`',
      menu,
      checked: () => view.overlay.visible,
      run: () => void (view.overlay.visible = !view.overlay.visible),
    },
    {
      ...base,
      id: 'layers.outlines',
      label: 'Outlines',
      menu,
      checked: () => view.overlay.outlines,
      run: () => void (view.overlay.outlines = !view.overlay.outlines),
    },
    {
      ...base,
      id: 'layers.supervoxelBorders',
      label: 'Supervoxel borders',
      keys: 'o',
      menu,
      checked: () => view.overlay.supervoxelBorders,
      run: () => void (view.overlay.supervoxelBorders = !view.overlay.supervoxelBorders),
    },
    {
      ...base,
      id: 'layers.colourBySupervoxel',
      label: 'Colour by supervoxel',
      menu,
      checked: () => view.overlay.colourBySupervoxel,
      run: () => void (view.overlay.colourBySupervoxel = !view.overlay.colourBySupervoxel),
    },
    {
      ...base,
      id: 'segments.reshuffle',
      label: 'Deal new colours',
      keys: 'l',
      menu,
      run: () => view.reshuffle(),
    },
    {
      ...base,
      id: 'segments.clearSelection',
      label: 'Clear the selection',
      keys: 'x',
      menu: { name: 'Segment', part: 0 },
      refusal: () => (view.current === 0 ? 'No segment is selected.' : null),
      run: () => view.select(0),
    },
    {
      ...base,
      id: 'layers.imageOnly',
      label: 'Image only, while held',
      keys: 'Tab',
      run: () => void (view.imageOnly = true),
      release: () => void (view.imageOnly = false),
    },
  ];
}
