// What one block of the affinity watershed tells the stitching, as one flat array that can be written to a file.
//
// Layout, in 32-bit words: header | per label: lowest voxel | per label: voxel count | per record: voxel, label,
// distance, edges | the faces -z, -y, -x, +x, +y, +z that have a neighbouring block, one word per voxel, raster order.
// Voxels are linear indices within the block; labels are the block's own, 1 .. n in order of their lowest voxel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plateau_distance.hpp"

namespace fascicle {

/// A voxel on a face: its label or the position of its plateau record, and whether a settled link leaves through the
/// face.
struct FaceEntry {
  std::uint32_t word;

  static FaceEntry of_label(std::uint32_t label, bool leaves) { return {label << 2 | (leaves ? 1u : 0u)}; }
  static FaceEntry of_record(std::uint32_t record, bool leaves) { return {record << 2 | 2u | (leaves ? 1u : 0u)}; }
  [[nodiscard]] bool leaves() const { return (word & 1) != 0; }
  [[nodiscard]] bool is_record() const { return (word & 2) != 0; }
  [[nodiscard]] std::uint32_t value() const { return word >> 2; }
};

/// Most voxels a block may have: labels and record positions must fit 30 bits.
inline constexpr std::size_t max_block_voxels = (std::size_t{1} << 30) - 1;

/// The voxels of a block on the face that direction `d` crosses, in raster order.
class FaceGeometry {
 public:
  FaceGeometry(const Shape& block, std::size_t d) : block_(block), axis_(d < 3 ? d : 5 - d) {
    const Zyx last{block.z - 1, block.y - 1, block.x - 1};
    if (d >= 3) corner_[axis_] = last[axis_];
  }

  [[nodiscard]] std::size_t rows() const { return axis_ == 0 ? block_.y : block_.z; }
  [[nodiscard]] std::size_t columns() const { return axis_ == 2 ? block_.y : block_.x; }
  [[nodiscard]] std::size_t size() const { return rows() * columns(); }

  /// Position in the block of a voxel of the face.
  [[nodiscard]] Zyx voxel(std::size_t row, std::size_t column) const {
    Zyx at = corner_;
    at[axis_ == 0 ? 1 : 0] = row;
    at[axis_ == 2 ? 1 : 2] = column;
    return at;
  }

  /// Raster position on the face of the voxel with that linear index in the block.
  [[nodiscard]] std::size_t position(std::size_t voxel) const {
    const Zyx at{voxel / block_.plane(), voxel / block_.x % block_.y, voxel % block_.x};
    return at[axis_ == 0 ? 1 : 0] * columns() + at[axis_ == 2 ? 1 : 2];
  }

 private:
  Shape block_;
  std::size_t axis_;
  Zyx corner_{};
};

/// True when the block has a neighbour across direction `d`.
inline bool has_neighbour(const Box& block, const Shape& volume, std::size_t d) {
  const std::size_t axis = d < 3 ? d : 5 - d;
  return d < 3 ? block.min[axis] > 0 : block.max[axis] < to_zyx(volume)[axis];
}

namespace detail {

inline constexpr std::uint32_t summary_magic = 0x32535746;  // "FWS2"
inline constexpr std::size_t summary_header = 22;
inline constexpr std::size_t record_words = 4;

inline void put64(std::uint32_t* words, std::size_t value) {
  words[0] = static_cast<std::uint32_t>(value);
  words[1] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32);
}

inline std::size_t get64(const std::uint32_t* words) {
  return static_cast<std::size_t>(words[0] | static_cast<std::uint64_t>(words[1]) << 32);
}

}  // namespace detail

/// Read access to a stored summary.
class WatershedSummary {
 public:
  /// Throws std::invalid_argument when the words are not a summary or end too early.
  explicit WatershedSummary(std::span<const std::uint32_t> words) : words_(words) {
    require(words.size() >= detail::summary_header && words[0] == detail::summary_magic,
            "the array is not a watershed summary of this version");
    for (std::size_t axis = 0; axis < 3; ++axis) {
      block_.min[axis] = detail::get64(&words[1 + 2 * axis]);
      block_.max[axis] = detail::get64(&words[7 + 2 * axis]);
    }
    volume_ = {detail::get64(&words[13]), detail::get64(&words[15]), detail::get64(&words[17])};
    require(!block_.empty() && box_of(volume_).contains(block_),
            "the watershed summary has a block outside its volume");
    label_count_ = words[19];
    record_count_ = words[20];
    merges_ = words[21];
    std::size_t at = detail::summary_header + 2 * std::size_t{label_count_} + detail::record_words * record_count_;
    for (std::size_t d = 0; d < directions; ++d) {
      faces_[d] = {at, has_neighbour(block_, volume_, d) ? FaceGeometry(block_.shape(), d).size() : 0};
      at += faces_[d].size;
    }
    require(at == words.size(), "the watershed summary is truncated");
  }

  [[nodiscard]] const Box& block() const { return block_; }
  [[nodiscard]] const Shape& volume() const { return volume_; }
  [[nodiscard]] std::uint32_t label_count() const { return label_count_; }
  [[nodiscard]] std::uint32_t record_count() const { return record_count_; }
  /// Fragments that the block merged into others, see fragment_contraction.hpp.
  [[nodiscard]] std::uint32_t merges() const { return merges_; }
  /// Of label i + 1.
  [[nodiscard]] std::uint32_t lowest_voxel(std::size_t i) const { return words_[detail::summary_header + i]; }
  /// Of label i + 1.
  [[nodiscard]] std::uint32_t voxel_count(std::size_t i) const {
    return words_[detail::summary_header + label_count_ + i];
  }
  [[nodiscard]] PlateauRecord record(std::size_t i) const {
    const std::uint32_t* r = &words_[detail::summary_header + 2 * std::size_t{label_count_} + detail::record_words * i];
    return {r[0], r[1], r[2], r[3]};
  }
  [[nodiscard]] std::size_t face_size(std::size_t d) const { return faces_[d].size; }
  [[nodiscard]] FaceEntry face(std::size_t d, std::size_t i) const { return {words_[faces_[d].begin + i]}; }

 private:
  struct Face {
    std::size_t begin;
    std::size_t size;
  };

  std::span<const std::uint32_t> words_;
  Box block_;
  Shape volume_;
  std::uint32_t label_count_ = 0;
  std::uint32_t record_count_ = 0;
  std::uint32_t merges_ = 0;
  std::array<Face, directions> faces_{};
};

/// Assembles a summary.
class WatershedSummaryWriter {
 public:
  WatershedSummaryWriter(const Box& block, const Shape& volume, std::span<const std::uint32_t> lowest_voxels,
                         std::span<const std::uint32_t> voxel_counts, std::span<const PlateauRecord> records,
                         std::uint32_t merges)
      : words_(detail::summary_header) {
    words_[0] = detail::summary_magic;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      detail::put64(&words_[1 + 2 * axis], block.min[axis]);
      detail::put64(&words_[7 + 2 * axis], block.max[axis]);
      detail::put64(&words_[13 + 2 * axis], to_zyx(volume)[axis]);
    }
    words_[19] = static_cast<std::uint32_t>(lowest_voxels.size());
    words_[20] = static_cast<std::uint32_t>(records.size());
    words_[21] = merges;
    words_.insert(words_.end(), lowest_voxels.begin(), lowest_voxels.end());
    words_.insert(words_.end(), voxel_counts.begin(), voxel_counts.end());
    for (const PlateauRecord& r : records) words_.insert(words_.end(), {r.voxel, r.label, r.distance, r.edges});
  }

  /// Appends the next face; faces come in order of direction.
  void add_face(std::span<const FaceEntry> face) {
    for (const FaceEntry entry : face) words_.push_back(entry.word);
  }

  std::vector<std::uint32_t> take() { return std::move(words_); }

 private:
  std::vector<std::uint32_t> words_;
};

}  // namespace fascicle
