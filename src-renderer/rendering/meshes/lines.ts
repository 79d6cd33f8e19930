import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';

import type { UnitRgb } from './segmentActor.ts';

/** Line segments in one colour: the box of the volume, the cross-hair. */
export function createLineActor(opacity: number) {
  const data = vtkPolyData.newInstance();
  const mapper = vtkMapper.newInstance();
  mapper.setInputData(data);
  const actor = vtkActor.newInstance();
  actor.setMapper(mapper);
  actor.setPickable(false);
  actor.getProperty().setLighting(false);
  actor.getProperty().setOpacity(opacity);

  return {
    actor,
    /** @param points x, y, z in nm; every two make a line */
    setSegments(points: Float32Array): void {
      const count = points.length / 6;
      const lines = new Uint32Array(3 * count);
      for (let i = 0; i < count; i++) lines.set([2, 2 * i, 2 * i + 1], 3 * i);
      data.getPoints().setData(points, 3);
      data.getLines().setData(lines);
      data.modified();
    },
    setColour(rgb: UnitRgb): void {
      actor.getProperty().setColor(...rgb);
    },
    delete(): void {
      for (const part of [actor, mapper, data]) part.delete();
    },
  };
}

/** The twelve edges of a box from `low` to `high`, x, y, z. */
export function boxEdges(low: readonly number[], high: readonly number[]): Float32Array {
  const points: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
    for (const [atB, atC] of [
      [low[b], low[c]],
      [high[b], low[c]],
      [low[b], high[c]],
      [high[b], high[c]],
    ]) {
      const from = [0, 0, 0];
      from[axis] = low[axis];
      from[b] = atB;
      from[c] = atC;
      const to = [...from];
      to[axis] = high[axis];
      points.push(...from, ...to);
    }
  }
  return Float32Array.from(points);
}
